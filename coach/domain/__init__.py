"""The words of the field as pure data: OKR sets in, reviews out. No I/O, no settings."""
