"""What is kept: organisations with their circles, cycles and OKRs, reviews, judgements, keys. Imported when a store is opened."""
