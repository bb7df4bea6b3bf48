"""The user's own labeled texts: how well lures and ordinary texts are told apart, and which threshold to take."""
