"""Nodes become syntax again, as a textbook would write it: one writer, over trees and over pieces with lengths."""
