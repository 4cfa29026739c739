"""What is handed out: values become the bytes of a PDF, a workbook, a calendar or a picture."""
