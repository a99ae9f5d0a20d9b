"""The windows. They show values and emit wishes; they hold no truth."""
