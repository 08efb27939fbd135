/// When a property is looked at, and which value decides it.
struct LookWindow {
  var decisive: Int64
  /// The value is sought, not feared.
  var isSought = false
  /// ns since the start
  var from: Int64 = 0
  var until = Int64.max
}
