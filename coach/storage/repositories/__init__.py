"""One repository per aggregate: domain values in, domain values out; rows never leave."""
