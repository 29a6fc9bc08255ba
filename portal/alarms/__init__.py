"""What somebody who runs the portal must look at: raised by sweeps, shown to staff, never mended in silence."""
