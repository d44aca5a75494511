#pragma once

namespace demo::http {

struct WaitingLink {
  WaitingLink* earlier = nullptr;
  WaitingLink* later = nullptr;  ///< Null while it is in no list.
};

/// The connections that wait for their client, the one that has waited longest first: the first to go when room is
/// needed. Intrusive; not thread-safe.
class WaitingList {
 public:
  WaitingList() { ends_.earlier = ends_.later = &ends_; }
  WaitingList(const WaitingList&) = delete;
  WaitingList& operator=(const WaitingList&) = delete;

  /// Puts `link` at the end, wherever it was before.
  void MoveToEnd(WaitingLink& link) {
    if (ends_.earlier == &link) return;
    Remove(link);
    link.earlier = ends_.earlier;
    link.later = &ends_;
    ends_.earlier->later = &link;
    ends_.earlier = &link;
  }

  void Remove(WaitingLink& link) {
    if (link.later == nullptr) return;
    link.earlier->later = link.later;
    link.later->earlier = link.earlier;
    link.earlier = link.later = nullptr;
  }

  /// Null when nothing waits.
  WaitingLink* first() { return after(ends_); }
  /// Null after the last.
  WaitingLink* after(const WaitingLink& link) { return link.later == &ends_ ? nullptr : link.later; }

 private:
  WaitingLink ends_;
};

}  // namespace demo::http
