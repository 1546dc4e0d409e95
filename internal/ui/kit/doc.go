// Package kit holds every control, layout and colour of the user interface.
//
// Rules that hold for all of it:
//
//   - The kit takes rendered text. Its own few words come through [Words].
//   - Everything runs on the UI goroutine. Work that takes longer than a frame goes through a
//     [Dispatcher], which is injected, so that tests drain it themselves.
//   - Colours are read from the theme when something is drawn, never kept: light and dark switch at run
//     time.
//   - Layouts ask for the height at a width ([Heighter]) before they place anything. Fyne's own layouts
//     ask for a minimum size first, which for wrapped text is the height at the width of the last layout;
//     text is then cut or overlaps on the first pass.
//   - Whatever can take the focus shows it, scrolls itself into view, and hands the keys that it does not
//     use (Escape, Return in a one-line field) to what is around it, up to the [Page]. In Fyne the key
//     handler of a canvas is called only when nothing has the focus.
//   - A change of height reaches everything around it at once ([Relayout]); nothing waits for the next
//     frame and jumps.
//   - An edge is two filled rectangles and four lines, not a stroke: see panelRenderer.
//
// What there is, and where:
//
//	frames     NewPage, NewRail, NewShell, NewTopBar, NewBanner, NewVScroll, NewKeyScope
//	layouts    NewColumn, NewFlow, NewSides, NewPairs, NewGridCards, NewMaxWidth, NewMiddle, NewInset
//	text       NewTitle, NewHeading, NewText, NewMuted, NewCaption, NewMono, NewBold, NewRich, NewSelectable
//	cards      NewCard, NewAccentCard, NewRowsCard, NewDashedBox, NewTitled, NewDivider
//	state      NewPill, NewFinding, NewInfo, NewMarked, NewStages, NewTimeline, NewLoading, NewSkeleton, NewFailure
//	input      NewButton, NewEntry, NewTextArea, NewPasteField, NewCheck, NewChoices, NewSegmented, NewPicker
//	values     NewCopyField, NewSecretCopyField, NewDetails
//	lists      NewOrderList
//	questions  Confirm, ChooseFile
//	pictures   NewIcon, NewSeal
//	work       Dispatcher, Scene, Do
//
// kittest drives all of it in tests. The tests of this package hold the pictures of the design, made of
// the kit: CERTDESK_GALLERY=folder go test -run Gallery draws them to look at.
package kit
