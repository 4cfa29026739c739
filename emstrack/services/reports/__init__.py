"""What the installation and its programmes show: health, results, exports."""
