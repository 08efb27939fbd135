/// What a source text may be at most; beyond it there is a diagnostic, never a trap.
public enum Limits {
  /// Bytes of one file.
  public static let sourceBytes = 16 << 20
  /// How deep blocks and expressions may nest, and how long one chain of operators may be.
  public static let nesting = 200
  /// Diagnostics of one file; the rest is dropped.
  public static let diagnostics = 100
}
