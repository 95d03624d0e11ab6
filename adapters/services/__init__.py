"""What is no chat platform: the HTTP side with its metrics, and the model that gives second opinions."""
