import OutageSyntax

extension Interruption {
  /// As many of them as are still wanted, one after another.
  func map<T, U>(_ all: [T], _ each: (T) -> U) -> [U] {
    var made: [U] = []
    for one in all {
      if looks() { break }
      made.append(each(one))
    }
    return made
  }
}

/// The text of bytes that are UTF-8, made piece by piece: it may be of a hundred megabytes. Empty when it was interrupted.
func text(_ bytes: [UInt8], _ interruption: Interruption) -> String {
  let piece = 1 << 20
  if bytes.count <= piece { return interruption.isStopped ? "" : String(decoding: bytes, as: UTF8.self) }
  var text = ""
  text.reserveCapacity(bytes.count)
  var start = 0
  while start < bytes.count {
    if interruption.asks() { return "" }
    var end = min(start + piece, bytes.count)
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    text += String(decoding: bytes[start..<end], as: UTF8.self)
    start = end
  }
  return text
}
