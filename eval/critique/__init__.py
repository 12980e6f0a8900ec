"""How good a second opinion is, and what keeps its prompts and its grounding as they are."""
