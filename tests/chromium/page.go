package chromium

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// Open goes to an address and waits until the page is there.
func (b *Browser) Open(url string) error {
	// From a page to another place in it nothing would be loaded.
	if err := b.navigate("about:blank"); err != nil {
		return err
	}
	return b.navigate(url)
}

func (b *Browser) navigate(url string) error {
	n := len(b.Events())
	var got struct {
		Error string `json:"errorText"`
	}
	if err := b.Call("Page.navigate", map[string]any{"url": url}, &got); err != nil {
		return err
	}
	if got.Error != "" {
		return fmt.Errorf("open %s: %s", url, got.Error)
	}
	return b.Wait("Page.loadEventFired", n)
}

// Eval evaluates an expression in the page and takes its value, unless that is nil.
func (b *Browser) Eval(expression string, value any) error {
	var got struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text      string `json:"text"`
			Exception struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	err := b.Call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &got)
	switch {
	case err != nil:
		return err
	case got.Exception != nil:
		return fmt.Errorf("evaluate %s: %s %s", expression, got.Exception.Text, got.Exception.Exception.Description)
	case value == nil:
		return nil
	}
	return json.Unmarshal(got.Result.Value, value)
}

// Settle waits until an expression is true.
func (b *Browser) Settle(expression string) error {
	return b.Eval("new Promise(done => { const look = () => { if ("+expression+") done(); else setTimeout(look, 5); }; look(); })", nil)
}

// Drawn tells, of the page of sizes, that all of its map is drawn.
const Drawn = `document.getElementById("map").getAttribute("aria-busy") === "false"`

// Key presses and releases a key, by its name in JavaScript.
func (b *Browser) Key(key string) error {
	params := map[string]any{"type": "keyDown", "key": key, "code": key}
	codes := map[string]int{"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
	if code, ok := codes[key]; ok {
		params["windowsVirtualKeyCode"] = code
		if key == "Enter" {
			params["text"] = "\r"
		}
	} else {
		params["text"] = key
	}
	if err := b.Call("Input.dispatchKeyEvent", params, nil); err != nil {
		return err
	}
	params["type"] = "keyUp"
	delete(params, "text")
	return b.Call("Input.dispatchKeyEvent", params, nil)
}

// Size makes the page so many pixels wide and high.
func (b *Browser) Size(width, height int) error {
	return b.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Theme has the user prefer dark or light.
func (b *Browser) Theme(theme string) error {
	return b.Call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": theme}}}, nil)
}

// Screenshot returns a picture of the page as PNG.
func (b *Browser) Screenshot() ([]byte, error) {
	var got struct {
		Data string `json:"data"`
	}
	if err := b.Call("Page.captureScreenshot", map[string]any{"format": "png"}, &got); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(got.Data)
}
