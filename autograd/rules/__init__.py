"""What is known of an operation: its value, derivatives, domain and printed forms."""
