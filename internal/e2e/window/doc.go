// Package window drives the very program that a customer runs, in a real window on a virtual desktop, by
// the keyboard alone. Its tests have the build tag window, because they need that desktop: .ci/journey and
// .ci/window run them.
//
// A test never waits for the clock. It knows where it is by three things that a customer sees too:
//
//   - the window's title, which names the step and is set together with the page and its focus, so that a
//     key pressed after the title has changed reaches the page that it names;
//   - colours of the theme in a part of the window, where a step changes inside itself: the key is ready
//     when the green pill that says so has been drawn, and a page can go on when its primary button is there;
//   - what the outside sees: the file in the folder, the order at the issuer, the line in the list of keys.
package window
