import OutageSyntax

/// When a property is looked at, and which value decides it.
struct LookWindow {
  var decisive: Int64
  /// The value is sought, not feared.
  var isSought = false
  /// ns since the start
  var from: Int64 = 0
  var until = Int64.max
}

/// A read by a statement that may join all elements of an array into one island.
struct Join {
  /// Node whose elements it joins.
  var array: Int
  /// Node that is read: the array itself, or one that all its elements read.
  var through: Int
  var span: Span
}
