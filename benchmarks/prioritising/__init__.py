"""What the benchmark of prioritisation runs in processes of their own."""
