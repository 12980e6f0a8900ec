"""The pages: drafting, the catalogue of rules, the method."""
