"""Each target of `make fuzz` judges its seeds, and some hundred changes of them that chance makes."""

import random

import pytest

from tests.fuzz.messages import GENUINE, PAID, notification
from tests.fuzz.targets import TARGETS, Target


def changed(seed: bytes, chance: random.Random) -> bytes:
    """Return `seed` with a few pieces cut out, doubled, or overwritten."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randint(0, len(data)), chance.randint(0, 12)
        piece = bytes(data[place : place + length]) * chance.randint(0, 2) or chance.randbytes(length)
        data[place : place + chance.randint(0, length)] = piece
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_accepted_and_refused_and_changes_break_nothing(name: str) -> None:
    target: Target = TARGETS[name]
    chance = random.Random(name)  # noqa: S311 - no secret
    seen = {target.judge(seed) for seed in target.seeds}
    assert "accepted" in seen
    changes = 20 if name == "campaign file" else 150
    seen |= {target.judge(changed(seed, chance)) for seed in target.seeds for _ in range(changes)}
    assert seen == {"accepted", "refused"}


def test_judge_of_notifications_tells_a_forgery_from_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    place = GENUINE.index(b"60100").to_bytes(2)
    assert notification(b"1" + place + b"\x05" + b"60100") == "accepted"
    assert notification(b"1" + place + b"\x05" + b"00100") == "refused"
    monkeypatch.setattr("chalicelib.gateway.notification.is_genuine", lambda *_: True)
    with pytest.raises(AssertionError, match="nobody signed"):
        notification(b"1" + place + b"\x05" + b"00100")
    with pytest.raises(AssertionError, match="nobody signed"):
        notification(b"0" + GENUINE.replace(PAID, PAID.replace(b"60100", b"00100")))
