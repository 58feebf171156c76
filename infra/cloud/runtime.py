"""The Python that ships, pinned: what was tested is what Lambda runs, whatever this machine has."""

PYTHON = (3, 13)
RUNTIME = "python{}.{}".format(*PYTHON)
