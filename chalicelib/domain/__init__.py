"""The rules of registration fees: true on paper, with a till. Standard library only; no clock, I/O, float."""
