"""The service: JSON under /api/v1, pages at /."""
