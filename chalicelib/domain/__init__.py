"""The rules of registration fees. Standard library only; no clock, no I/O, no float."""
