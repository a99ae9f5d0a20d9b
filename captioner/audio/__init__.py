"""Where sound comes from: microphone, what the computer plays, a recording."""
