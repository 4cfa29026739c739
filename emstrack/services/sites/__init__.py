"""Sites, meters, devices, dated attributes."""
