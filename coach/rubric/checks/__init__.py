"""The six kinds of check. Each compiles what a rule file says into a function from a subject to remarks."""
