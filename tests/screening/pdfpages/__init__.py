"""What is read out of PDFs that these tests write by hand."""
