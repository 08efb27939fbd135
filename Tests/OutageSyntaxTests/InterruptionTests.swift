import OutageSyntax
import Testing

/// Reading may be ended at any token: there is a part of the tree, and it ends.
@Suite struct InterruptionTests {
  static let script = """
    scenario "a day" { }
    param fix: one | two = one
    var x[3] = 0
    fn f(a, b) = if a > b { a } else { [for k in 0..9 if k > 2 { k }] }
    service api { servers 2; on get(n: count) { work exponential(5ms); return n } }
    process p[3] {
      loop { call api.get(x[index] + (1 * 2)) timeout 1s else { log "no {x[0]}" }; either { x[index] = 1 } or { wait 1s } }
    }
    at 02:25 { crash api; rate = 3/s if fix == two }
    never "a text" : x[0] > 3 and (x[1] == 2 or stuck)

    """

  @Test func anyTokenMayBeTheLast() {
    let file = SourceFile(name: "script", text: Array(Self.script.utf8))
    let whole = parse(file, index: 0)
    var isWhole = false
    var limit = 0
    while !isWhole {
      var asked = 0
      let interruption = Interruption(every: 1) {
        asked += 1
        return asked > limit
      }
      let part = parse(file, index: 0, interruption)
      isWhole = !interruption.isStopped
      if isWhole {
        #expect(part.diagnostics.map(\.message) == whole.diagnostics.map(\.message))
        #expect(part.tree.items.count == whole.tree.items.count)
      } else {
        #expect(part.tree.items.count <= whole.tree.items.count)
      }
      limit += 1
    }
    #expect(limit > 300)
  }
}
