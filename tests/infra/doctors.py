"""Deployed stacks for the doctor: another's with changes, and one of AWS made of answers."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.settings import Settings
from infra.doctor.deployed import Deployed


def changed(deployed: Deployed, **others: Any) -> Deployed:
    """Return the stack with other settings, or with other facts of its own, and nothing remembered."""
    own = {name: others.pop(name) for name in [*others] if name not in Settings.model_fields}
    return replace(deployed, settings=deployed.settings.model_copy(update=others), **own)


class Missing(Exception):
    """What a client raises for a thing that is not there."""


def client(**answers: Any) -> SimpleNamespace:
    """Return a client that answers each operation with one value, or by a function, or raises it."""
    exceptions = SimpleNamespace(ParameterNotFound=Missing, NotFoundException=Missing)
    calls = {name: _operation(value) for name, value in answers.items()}

    def get_paginator(name: str) -> SimpleNamespace:
        return SimpleNamespace(paginate=lambda **given: [calls[name](**given)])

    return SimpleNamespace(exceptions=exceptions, get_paginator=get_paginator, **calls)


def refused(code: str, operation: str = "Operation") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "arn:aws:iam::1:user/secret"}}, operation)


def _operation(value: Any) -> Any:
    def call(**given: Any) -> Any:
        answer = value(**given) if callable(value) and not isinstance(value, type) else value
        if isinstance(answer, type | Exception):
            raise answer
        return answer

    return call
