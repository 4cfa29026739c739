"""The outside world behind small interfaces: mail, stored files, the limited child process."""
