"""The school's books against what the gateway and the bank say: runs, and the differences that they find."""
