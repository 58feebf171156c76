"""Refusals of a check of evidence."""

from chalicelib.domain.errors import QuittanceError


class CvecNumberWrong(QuittanceError):
    code = "cvec_number_wrong"


class IneWrong(QuittanceError):
    code = "ine_wrong"


class ConsentMissing(QuittanceError):
    code = "consent_missing"


class SourceOff(QuittanceError):
    """The school has not configured the source."""

    code = "source_off"


class EvidenceChecked(QuittanceError):
    """The source has answered for good: the registrar decides."""

    code = "evidence_checked"
