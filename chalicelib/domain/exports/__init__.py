"""What leaves for the school's own accounting: numbered batches, their layout, what comes back."""
