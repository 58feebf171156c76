"""`python -m infra.deploy.local PORT [FOLDER [Name=value …]]`: deploy onto the local AWS, by the same path.

It becomes a second stack beside that of `make run`, with real functions, API Gateway, queues and schedules,
and shares PAYBOX's simulator, the mailbox and the clock that can be moved. What differs from AWS: no
certificate, no CAS server (the simulator's knows the portal of `make run` alone), no alarms that compute, no
CodeDeploy (a release takes all calls at once), and a domain that only this machine knows: browsers, curl and
the simulator take *.localhost for it (RFC 6761).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from infra.deploy import __main__ as deploying
from infra.doctor.web import fetch
from infra.local import environment, resources
from infra.local.function_start import recorded_calls
from infra.local.ministack import answers, keep
from infra.local.ports import Ports
from infra.local.stack import HMAC_KEY_HEX, SEALING_KEY_HEX

if TYPE_CHECKING:
    from collections.abc import Sequence

STACK = "deployed"
HOST = "quittance.localhost"
USUAL_PORT = 8000
FUNCTION_START = Path(__file__).resolve().parents[1] / "local" / "function_start"


def parameters(ports: Ports) -> dict[str, str]:
    """Return the parameters of the stack: the simulators of `make run`, and a domain of this machine."""
    paybox = f"http://127.0.0.1:{ports.paybox}"
    return {
        **resources.LOCAL_PARAMETERS,
        "BaseUrl": f"http://{HOST}:{ports.aws}",
        "DomainName": HOST,
        "CertificateArn": "arn:aws:acm:eu-west-3:000000000000:certificate/local",
        "PayboxPageUrls": f"{paybox}/php/",
        "PayboxDirectUrls": f"{paybox}/PPPS.php",
        "CvecUrl": f"http://127.0.0.1:{ports.evidence}",
        "PayboxPublicKeys": fetch(f"{paybox}/pubkey.pem").text,
    }


def adapted(build: Path, folder: Path, ports: Ports) -> list[str]:
    """Write the package to `folder`, its functions on the local clock; return what was left out."""
    tree = resources.load(build / "sam.yaml")
    tree["Globals"]["Function"].pop("DeploymentPreference", None)
    clock = {"LOCAL_CLOCK": f"http://127.0.0.1:{ports.control}/clock", "PYTHONPATH": str(FUNCTION_START)}
    recorder = {name: os.environ[name] for name in [recorded_calls.FOLDER] if name in os.environ}
    tree["Globals"]["Function"]["Environment"]["Variables"] |= clock | recorder
    for each in tree["Resources"].values():
        if each["Type"] == "AWS::Serverless::Api":  # the local AWS reads them here alone, AWS in both places
            told = each["Properties"]
            told["BinaryMediaTypes"] = told["DefinitionBody"]["x-amazon-apigateway-binary-media-types"]
    left_out = [name for name, each in tree["Resources"].items() if _is_unknown(each)]
    for name in left_out:
        del tree["Resources"][name]
    (folder / "sam.yaml").write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
    (folder / "deployment.zip").symlink_to((build / "deployment.zip").resolve())
    return left_out


def _is_unknown(resource: dict[str, Any]) -> bool:
    """Return True for what the local AWS does not know: alarms of an expression, saved queries."""
    kind = resource["Type"]
    return kind == "AWS::Logs::QueryDefinition" or (
        kind == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    )


def main(arguments: Sequence[str]) -> int:
    """Deploy `build/`, or the folder given, with other parameters as `Name=value`; return the exit code."""
    port, build = int(arguments[0]), (arguments[1] if len(arguments) > 1 else "build")
    others = dict(each.split("=", 1) for each in arguments[2:])
    ports = Ports.of(port)
    if not (answers(ports.aws) and answers(ports.paybox)):
        print(f"Nothing runs at port {port}: start it with `make run PORT={port}`.", file=sys.stderr)
        return deploying.WRONG
    environment.enter(os.environ, environment.local_aws(f"http://127.0.0.1:{ports.aws}"))
    resources.write_secret(f"/quittance/{STACK}/paybox/hmac-key", HMAC_KEY_HEX)
    resources.write_secret(f"/quittance/{STACK}/sealing-key", SEALING_KEY_HEX)
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "parameters.yaml"
        left_out = adapted(Path(build), Path(folder), ports)
        print(
            f"Left out, for the local AWS knows neither metric math nor saved queries: {', '.join(left_out)}"
        )
        print("Left out, for it has no CodeDeploy: the gradual shift. A release takes all calls at once")
        told.write_text(yaml.safe_dump(parameters(ports) | others), encoding="utf-8")
        given = ("--stack", STACK, "--stage", "local", "--parameters", str(told), "--build", folder)
        code = deploying.main([*given, "--yes", "--quiet"])
    if code == deploying.DONE:
        keep(f"http://127.0.0.1:{ports.aws}")
        _tell_next(ports)
    return code


def _tell_next(ports: Ports) -> None:
    where = f"STACK={STACK} LOCAL=1" + (f" PORT={ports.portal}" if ports.portal != USUAL_PORT else "")
    print(
        f"It serves http://{HOST}:{ports.aws}/login; clock and mailbox are at http://127.0.0.1:{ports.control}/"
    )
    print(f"Now: make doctor {where}")
    print(f"Then: make first-admin EMAIL=… {where}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
