"""The rubric engine: rules are YAML data, compiled once into checks that read an okr-set and return findings."""
