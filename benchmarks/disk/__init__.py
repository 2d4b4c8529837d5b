"""The disk guard under random schedules of people and programs, in rooms of this process."""
