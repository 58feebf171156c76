"""The acts of people and schedules: one verb and noun a file, orchestration only."""
