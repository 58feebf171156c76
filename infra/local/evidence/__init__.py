"""The State's two services as real HTTP servers on one port: CVEC attestations and grant status.

Written from their published descriptions, not from Quittance's adapters: the OpenAPI description of the CVEC
service 4.1.24 (betagouv/api.gouv.fr, public/swaggers/api-cvec-new.json), that of API Particulier's version 3
and its test students (etalab/siade_staging_data).
"""

from infra.local.evidence.people import ATTESTATION_ENDINGS, GRANT_NUMBERS, RECIPIENT, TOKEN
from infra.local.evidence.server import create_app, serve

__all__ = ["ATTESTATION_ENDINGS", "GRANT_NUMBERS", "RECIPIENT", "TOKEN", "create_app", "serve"]
