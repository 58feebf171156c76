"""What people and schedules do here: one verb and noun a file, orchestration only."""
