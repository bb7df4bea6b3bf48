"""Its place here lets every test module import what is shared, such as ``fakes``."""
