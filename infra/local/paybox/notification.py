"""The server-to-server notification (PBX_REPONDRE_A): sent once, never again, whatever comes back.

It goes out before the browser is sent back; a rule with `delay` turns the order round.
"""

import threading
from collections.abc import Mapping

import urllib3

from infra.local.loopback import by_loopback
from infra.local.paybox.faults import NOTIFICATION_EFFECTS, Rule, take_rule
from infra.local.paybox.signature import GatewayKey, broken
from infra.local.paybox.simulator import Simulator
from infra.local.paybox.variables import Values, read_returned, signed_query

SUCCESS = range(200, 300)
USER_AGENT = "PAYBOX (simulateur local)"


def notify(simulator: Simulator, fields: Values, values: Values) -> None:
    """Tells the shop, as the rules allow; a bad answer becomes a warning, never an error."""
    if not fields.get("PBX_REPONDRE_A"):
        return
    with simulator.store.transaction() as db:
        carried = {**fields, **_by_name(fields, values)}
        rule = take_rule(db, carried, NOTIFICATION_EFFECTS, notification=True)
    effect = rule.effect if rule else ""
    if effect == "drop":
        return
    key = _ForgedKey(simulator.key) if effect == "bad_signature" else simulator.key
    message = signed_query(fields["PBX_RETOUR"], values, key)
    if rule and effect == "delay":
        _send_later(simulator, fields, message, rule)
        return
    for _ in range(2 if effect == "duplicate" else 1):
        _send(simulator, fields, message)


class _ForgedKey:
    """Signs like the gateway, but so that nothing verifies."""

    def __init__(self, key: GatewayKey) -> None:
        self._key = key

    def sign(self, message: str) -> str:
        return broken(self._key.sign(message))


def _by_name(fields: Values, values: Values) -> Mapping[str, str]:
    pairs = read_returned(fields["PBX_RETOUR"])
    return {name: values[letter] for name, letter in pairs if letter in values}


def _send_later(simulator: Simulator, fields: Values, message: str, rule: Rule) -> None:
    def wait_then_send() -> None:
        if not simulator.stopping.wait(rule.seconds):
            _send(simulator, fields, message)

    threading.Thread(target=wait_then_send, daemon=True).start()


def _send(simulator: Simulator, fields: Values, message: str) -> None:
    try:
        response = _call(fields, message, simulator.notification_timeout_seconds)
    except urllib3.exceptions.HTTPError as error:
        _warn(simulator, fields, f"Impossible de joindre l'adresse : {type(error).__name__}")
        return
    if response.status not in SUCCESS:
        _warn(simulator, fields, f"L'adresse a répondu par le code HTTP {response.status}")
    elif response.data:
        _warn(simulator, fields, f"L'adresse a répondu par un corps de {len(response.data)} octets")


def _call(fields: Values, message: str, timeout_seconds: float) -> urllib3.BaseHTTPResponse:
    url, headers = by_loopback(fields["PBX_REPONDRE_A"].partition("#")[0])
    headers |= {"User-Agent": USER_AGENT, "Connection": "close"}
    with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=timeout_seconds)) as http:
        if fields.get("PBX_RUF1") == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return http.request("POST", url, body=message, headers=headers, redirect=False)
        separator = "&" if "?" in url else "?"
        return http.request("GET", f"{url}{separator}{message}", headers=headers, redirect=False)


def _warn(simulator: Simulator, fields: Values, message: str) -> None:
    row = (
        simulator.paris_now().isoformat(),
        fields["PBX_CMD"],
        fields["PBX_REPONDRE_A"],
        f"WARNING : {message}",
    )
    with simulator.store.transaction() as db:
        db.execute("INSERT INTO warnings VALUES (?, ?, ?, ?)", row)
