// Package chromium drives a headless Chromium by the DevTools protocol, through two
// pipes: no port is opened.
package chromium

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// Browser is a Chromium with one page.
type Browser struct {
	cmd     *exec.Cmd
	to      io.WriteCloser
	session string

	mu      sync.Mutex
	last    int
	waiting map[int]chan reply
	closed  error
	log     []Event
	changed *sync.Cond
}

// Event is what the browser tells by itself.
type Event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type reply struct {
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// fonts is the configuration of fontconfig: the fonts of the layer alone.
const fonts = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>%s/usr/share/fonts</dir><cachedir>%s</cachedir></fontconfig>`

// Start starts the Chromium of a directory with packages unpacked. What it writes
// goes into the directory work, which has to be empty.
func Start(layer, work string) (*Browser, error) {
	layer, err := filepath.EvalSymlinks(layer)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(work, "fonts.conf"), fmt.Appendf(nil, fonts, layer, filepath.Join(work, "fonts")), 0o644); err != nil {
		return nil, err
	}
	toR, toW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	fromR, fromW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	libs := layer + "/usr/lib/x86_64-linux-gnu"
	cmd := exec.Command(layer+"/usr/lib/chromium/chromium-headless-shell",
		"--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
		"--hide-scrollbars", "--force-color-profile=srgb", "--font-render-hinting=none",
		"--remote-debugging-pipe", "--user-data-dir="+filepath.Join(work, "profile"))
	cmd.Env = []string{
		"LD_LIBRARY_PATH=" + libs + ":" + layer + "/lib/x86_64-linux-gnu:" + libs + "/pulseaudio",
		"FONTCONFIG_FILE=" + filepath.Join(work, "fonts.conf"),
		"HOME=" + work, "TMPDIR=" + work, "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=disabled:",
	}
	said, err := os.Create(filepath.Join(work, "said"))
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.ExtraFiles = []*os.File{toR, fromW}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Start()
	toR.Close()
	fromW.Close()
	said.Close()
	if err != nil {
		return nil, err
	}
	b := &Browser{cmd: cmd, to: toW, waiting: map[int]chan reply{}}
	b.changed = sync.NewCond(&b.mu)
	go b.listen(fromR)
	if err := b.attach(); err != nil {
		b.Close()
		text, _ := os.ReadFile(filepath.Join(work, "said"))
		return nil, fmt.Errorf("%w: the browser said: %s", err, text)
	}
	return b, nil
}

// attach opens the page.
func (b *Browser) attach() error {
	var target struct {
		ID string `json:"targetId"`
	}
	if err := b.Call("Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return err
	}
	var s struct {
		ID string `json:"sessionId"`
	}
	if err := b.Call("Target.attachToTarget", map[string]any{"targetId": target.ID, "flatten": true}, &s); err != nil {
		return err
	}
	b.session = s.ID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		if err := b.Call(domain+".enable", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// listen takes messages, which end with a zero, until the browser ends.
func (b *Browser) listen(from io.Reader) {
	r := bufio.NewReaderSize(from, 1<<20)
	for {
		text, err := r.ReadBytes(0)
		b.mu.Lock()
		if err != nil {
			b.closed = fmt.Errorf("the browser has ended: %w", err)
			for id, c := range b.waiting {
				close(c)
				delete(b.waiting, id)
			}
			b.changed.Broadcast()
			b.mu.Unlock()
			return
		}
		var m struct {
			ID int `json:"id"`
			reply
			Event
		}
		if err := json.Unmarshal(text[:len(text)-1], &m); err == nil {
			if c := b.waiting[m.ID]; m.ID != 0 && c != nil {
				delete(b.waiting, m.ID)
				c <- m.reply
			} else if m.Method != "" {
				b.log = append(b.log, m.Event)
				b.changed.Broadcast()
			}
		}
		b.mu.Unlock()
	}
}

// Call calls a method and takes its result, unless that is nil.
func (b *Browser) Call(method string, params, result any) error {
	c := make(chan reply, 1)
	b.mu.Lock()
	if b.closed != nil {
		b.mu.Unlock()
		return b.closed
	}
	b.last++
	message := map[string]any{"id": b.last, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	b.waiting[b.last] = c
	text, err := json.Marshal(message)
	if err == nil {
		_, err = b.to.Write(append(text, 0))
	}
	b.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	r, ok := <-c
	switch {
	case !ok:
		return fmt.Errorf("%s: the browser has ended", method)
	case r.Error != nil:
		return fmt.Errorf("%s: %s", method, r.Error.Message)
	case result == nil:
		return nil
	}
	return json.Unmarshal(r.Result, result)
}

// Wait waits until an event of this name has come since the first n.
func (b *Browser) Wait(method string, n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		for _, e := range b.log[min(n, len(b.log)):] {
			if e.Method == method {
				return nil
			}
		}
		if b.closed != nil {
			return b.closed
		}
		b.changed.Wait()
	}
}

// Events returns what the browser has told so far.
func (b *Browser) Events() []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Event(nil), b.log...)
}

// Close ends the browser and all that it has started.
func (b *Browser) Close() {
	b.to.Close()
	syscall.Kill(-b.cmd.Process.Pid, syscall.SIGKILL)
	b.cmd.Wait()
}
