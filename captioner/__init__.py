"""Live captions over any video call, and the streaming library beneath them."""
