from chalicelib.usecases.open_session import digest
from chalicelib.usecases.ports import Ports


def close_session(ports: Ports, token: str) -> None:
    ports.sessions.close(digest(token))
