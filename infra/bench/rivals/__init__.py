"""The invoice's facts laid out by other libraries, which never ship: infra/bench/rivals/requirements.txt."""
