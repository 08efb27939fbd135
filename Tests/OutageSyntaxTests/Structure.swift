import OutageSyntax

/// A tree written out without its spans, so that two texts can be compared by what they say.
func structure(_ value: Any) -> String {
  var text = ""
  write(value, into: &text)
  return text
}

private func write(_ value: Any, into text: inout String) {
  if value is Span { return }
  let mirror = Mirror(reflecting: value)
  if mirror.children.isEmpty {
    text += String(describing: value)
    return
  }
  // The case of an enum is its child's label; structs and tuples need their own.
  text += mirror.displayStyle == .enum ? "" : "\(mirror.displayStyle == .struct ? "\(mirror.subjectType)" : "")"
  text += "("
  for child in mirror.children where !(child.value is Span) {
    text += (child.label ?? "") + ":"
    write(child.value, into: &text)
    text += " "
  }
  text += ")"
}
