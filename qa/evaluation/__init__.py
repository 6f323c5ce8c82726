"""How good retrieval, quotes and refusals are, over a set of questions whose answers are known."""
