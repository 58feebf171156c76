"""Refusals of a check of evidence.

QuittanceError
├── EvidenceNotAsked
│   ├── CvecNumberWrong
│   ├── IneWrong
│   └── ConsentMissing
└── EvidenceClosed
    ├── SourceOff
    └── EvidenceChecked
"""

from chalicelib.domain.errors import QuittanceError


class EvidenceNotAsked(QuittanceError):
    """What was typed cannot be asked."""


class EvidenceClosed(QuittanceError):
    """No number is sent to the source: it is off, or has given its final answer."""


class CvecNumberWrong(EvidenceNotAsked):
    code = "cvec_number_wrong"


class IneWrong(EvidenceNotAsked):
    code = "ine_wrong"


class ConsentMissing(EvidenceNotAsked):
    code = "consent_missing"


class SourceOff(EvidenceClosed):
    """The school has not configured the source."""

    code = "source_off"


class EvidenceChecked(EvidenceClosed):
    """The source has answered for good: the registrar decides."""

    code = "evidence_checked"
