"""What means the same, what pulls against each other: embedders, pairs, clusters, parents, index."""
