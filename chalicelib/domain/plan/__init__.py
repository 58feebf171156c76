"""Instalment plans: what is asked for, agreed to, due, debited, missed, stopped and cut again."""
