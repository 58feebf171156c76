"""What a student is told to do next, and how far the registration is."""
