from collections.abc import Callable

from chalicelib.identity.key_outage import outage_as_refusal
from chalicelib.identity.kms_sealing import PREFIX, KmsSealer
from chalicelib.identity.sealing import Sealer


class SealerByPrefix:
    """Open texts of either sealer: by KMS if they begin with `kms:`, else by the local key.

    `kms` and `local` build their sealer when it is first needed, so an unused key is never read.
    """

    def __init__(
        self, kms: Callable[[], KmsSealer], local: Callable[[], Sealer], *, seals_by_kms: bool
    ) -> None:
        self._kms = kms
        self._local = local
        self._seals_by_kms = seals_by_kms

    def seal(self, text: str, context: str) -> str:
        return self._chosen(by_kms=self._seals_by_kms).seal(text, context)

    def open(self, sealed: str, context: str) -> str:
        return self._chosen(by_kms=sealed.startswith(PREFIX)).open(sealed, context)

    def _chosen(self, *, by_kms: bool) -> KmsSealer | Sealer:
        with outage_as_refusal():
            return self._kms() if by_kms else self._local()
