import OutageSyntax

/// A read by a statement that may join all elements of an array into one island.
struct Join {
  /// Node whose elements it joins.
  var array: Int
  /// Node that is read: the array itself, or one that all its elements read.
  var through: Int
  var span: Span
}
